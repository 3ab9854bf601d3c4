/** The upkeep of a store: {@code stat}, {@code verify}, {@code trim}, {@code backup}. */
package io.lss.cli.upkeep;
