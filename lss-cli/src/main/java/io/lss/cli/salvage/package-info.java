/** {@code lss salvage}: a damaged store into a new one, with an account of what is kept and what is lost. {@code docs/SALVAGE.md} says how. */
package io.lss.cli.salvage;
