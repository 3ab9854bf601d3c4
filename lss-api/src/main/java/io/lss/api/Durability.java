package io.lss.api;

/** What "stable" means. Chosen when a store is opened. */
public enum Durability {
    /**
     * A stable record survives power loss: its write and a sync after it have completed. The default. It is as good as the
     * device's word; a device that lies about flushes is a published exclusion.
     */
    SYNC,

    /**
     * A stable record survives the death of the process, not of the machine: its write has completed. Nobody waits for a sync;
     * full segments are synced in the background, and all of it when the store is closed.
     */
    WRITTEN
}
