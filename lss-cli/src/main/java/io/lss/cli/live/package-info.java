/**
 * A store of local files as it is on the disk now, read without opening it: nothing is locked, nothing is written, its owner
 * may go on. Only what the log itself records as stable is shown, since only that is the log's for certain (docs/FORMAT.md, "Where the log ends").
 */
package io.lss.cli.live;
