package io.lss.faults;

import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/** Which of our providers can be had. */
public final class Providers {

    private Providers() {}

    /**
     * {@return the names of our providers that can serve a place, the portable one first}
     *
     * @param place a directory
     */
    public static List<String> at(Path place) {
        return probe("uring", place).available() ? List.of("filechannel", "uring") : List.of("filechannel");
    }

    /**
     * {@return why io_uring cannot serve a place}
     *
     * @param place a directory
     */
    public static String whyNotUring(Path place) {
        return probe("uring", place).explanation();
    }

    private static Probe probe(String name, Path place) {
        return ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .map(each -> each.probe(place.toUri()))
                .orElseGet(() -> Probe.unavailable("not on the class path", ""));
    }
}
