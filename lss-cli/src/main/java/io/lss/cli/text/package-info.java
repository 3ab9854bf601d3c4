/** What a person reads: the lines of a report, numbers with units, and a progress bar where there is a terminal. */
package io.lss.cli.text;
