/** A store as a JMX bean: {@link io.lss.jmx.StoreBean} registers it, {@link io.lss.jmx.StoreMXBean} is what can be seen. */
package io.lss.jmx;
