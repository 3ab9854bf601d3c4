/** A store's figures as Micrometer meters: {@link io.lss.micrometer.StoreMetrics}. */
package io.lss.micrometer;
