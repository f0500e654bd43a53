/** The program: reads the settings and starts one {@link io.discovery.member.Member}. Nothing imports it. */
@NullMarked
package io.discovery;

import org.jspecify.annotations.NullMarked;
