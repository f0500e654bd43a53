@NullMarked
package io.discovery.member;

import org.jspecify.annotations.NullMarked;
