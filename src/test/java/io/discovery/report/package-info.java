/** Tests of the reports of members. */
@NullMarked
package io.discovery.report;

import org.jspecify.annotations.NullMarked;
