/** {@code lss dump}: what a store's files hold, structure by structure, also of a store that does not open. */
package io.lss.cli.dump;
