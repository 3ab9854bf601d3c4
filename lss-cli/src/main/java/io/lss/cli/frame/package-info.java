/**
 * What every command is made with: its streams, the options that several have in common, and what Ctrl-C does.
 *
 * <p>A command is a class with {@link picocli.CommandLine.Command} that has the mixins it needs, {@link
 * io.lss.cli.frame.StoreArgument} and {@link io.lss.cli.frame.Reporting}; it writes what it reports through the latter,
 * throws what goes wrong, and returns a code of {@link io.lss.cli.ExitCode}. {@link io.lss.cli.Main} lists it.
 */
package io.lss.cli.frame;
