/** The command line: which commands there are, what their exit codes mean, and how a failure is told. */
package io.lss.cli;
