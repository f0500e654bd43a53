/** Tests of TLS by files, with certificates that the tests issue. */
@NullMarked
package io.discovery.tls;

import org.jspecify.annotations.NullMarked;
