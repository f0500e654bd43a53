/** Tests of the audit log, with real files and a real thread. */
@NullMarked
package io.discovery.audit;

import org.jspecify.annotations.NullMarked;
