/** {@code lss doctor}: what storage providers can do on this machine and at a place, what stands in the way, and how a store there is. */
package io.lss.cli.doctor;
