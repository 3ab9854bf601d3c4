package io.lss.faults.load;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Watchers by name, since a provider's properties are words. */
public final class Watchers {

    private static final Map<String, Watcher> NAMED = new ConcurrentHashMap<>();

    private Watchers() {}

    /**
     * Gives a watcher of this process a name.
     *
     * @param name any without a colon
     * @param watcher whose it is
     */
    public static void name(String name, Watcher watcher) {
        NAMED.put(name, watcher);
    }

    /** {@return the watcher of a name; a moment's text names one that kills the process then} */
    static Watcher named(String name) {
        Watcher known = NAMED.get(name);
        return known != null ? known : new Suicide(Moment.parse(name));
    }
}
