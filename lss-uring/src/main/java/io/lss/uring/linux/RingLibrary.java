package io.lss.uring.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** By which way io_uring is called: as the user wishes, or liburing if it is there and new enough, or else system calls. */
@SuppressWarnings("restricted") // a library of the system, or one that the user names
public final class RingLibrary {

    /** The wish for liburing where it is installed, and system calls where it is not. */
    public static final String AUTO = "auto";

    /** The wish for system calls. */
    public static final String NONE = "none";

    /** What the dynamic linker is asked for; 2 is the version of its interface, whatever the version of the library. */
    private static final String SONAME = "liburing.so.2";

    /** A library stays loaded for good: a ring may be in use as long as the process lives. */
    private static final Map<String, RingCalls> KNOWN = new ConcurrentHashMap<>();

    private RingLibrary() {}

    /**
     * {@return the way to call io_uring}
     *
     * @param wish {@link #AUTO}, {@link #NONE}, or the path of a library, which then has to do
     * @throws UnavailableException if that library cannot be loaded, or lacks a function
     */
    public static RingCalls of(String wish) throws UnavailableException {
        RingCalls known = KNOWN.get(wish);
        if (known == null) {
            known = switch (wish) {
                case NONE -> new SystemCalls("");
                case AUTO -> installed();
                default -> load(wish);
            };
            KNOWN.put(wish, known);
        }
        return known;
    }

    private static RingCalls installed() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(SONAME, Arena.global());
        } catch (IllegalArgumentException e) {
            return new SystemCalls(SONAME + " is not installed");
        }
        String missing = missing(library);
        return missing.isEmpty() ? new Liburing(SONAME, library) : new SystemCalls(SONAME + " has no " + missing);
    }

    private static RingCalls load(String path) throws UnavailableException {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(Path.of(path), Arena.global());
        } catch (IllegalArgumentException e) {
            throw new UnavailableException(
                    "library " + path + " cannot be loaded (" + e.getMessage() + ")",
                    "give the path of a liburing.so.2, or " + NONE + " to do without one");
        }
        String missing = missing(library);
        if (!missing.isEmpty()) {
            throw new UnavailableException(
                    "library " + path + " has no " + missing,
                    "give the path of liburing 2.3 or newer, or " + NONE + " to do without one");
        }
        return new Liburing(path, library);
    }

    /** {@return the first function that is not there; empty if all are} */
    private static String missing(SymbolLookup library) {
        return Liburing.SYMBOLS.stream()
                .filter(symbol -> library.find(symbol).isEmpty())
                .findFirst()
                .orElse("");
    }
}
