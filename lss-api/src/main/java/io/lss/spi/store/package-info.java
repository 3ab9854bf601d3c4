/**
 * The store SPI: what a whole engine implements so that {@link io.lss.api.LogStructuredStore#open} finds it.
 *
 * <p>LSS has one engine, {@code io.lss.core}. The SPI exists so that the API depends on no implementation, and so that
 * somebody can put a store of quite another make behind the same API and test it with the same kit.
 */
package io.lss.spi.store;
