package io.lss.cli.held;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The provider filechannel, but at one place: there the thread that comes to a given point writes {@code held} to standard output and stays until the
 * process has been told to end and waits for it. So a test can interrupt a command in the midst of its work, whatever the machine's speed.
 * Installed by {@code HeldCommand} in a process of its own.
 */
public final class HeldProvider implements DeviceProvider {

    /** System property: the directory. */
    public static final String PLACE = "lss.test.held.place";

    /** System property: the operation on a segment, such as {@code write}. */
    public static final String OPERATION = "lss.test.held.operation";

    /** System property: which of them, from 1. */
    public static final String NUMBER = "lss.test.held.number";

    /** System property: only those below this method are counted, as {@code Class.method}. */
    public static final String WITHIN = "lss.test.held.within";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final DeviceProvider of = ServiceLoader.load(DeviceProvider.class).stream()
            .filter(each -> each.type().getSimpleName().equals("FileChannelDeviceProvider"))
            .findFirst()
            .orElseThrow()
            .get();

    /** For the service loader. */
    public HeldProvider() {}

    @Override
    public String name() {
        return "held";
    }

    @Override
    public int preference() {
        return 1;
    }

    @Override
    public Probe probe(URI location) {
        return of.probe(location);
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        Device device = of.open(location, options);
        return Path.of(location).equals(Path.of(System.getProperty(PLACE)))
                ? proxy(Device.class, (_, method, args) -> {
                    Object result = call(device, method, args);
                    return result instanceof Segment segment ? segment(segment) : result;
                })
                : device;
    }

    private static Segment segment(Segment segment) {
        return proxy(Segment.class, (_, method, args) -> {
            if (method.getName().equals(System.getProperty(OPERATION))
                    && isWithin(System.getProperty(WITHIN))
                    && COUNT.incrementAndGet() == Integer.getInteger(NUMBER)) {
                System.out.println("held");
                System.out.flush();
                while (!isEnding()) {
                    Thread.onSpinWait();
                }
            }
            return call(segment, method, args);
        });
    }

    private static boolean isWithin(String method) {
        return Arrays.stream(Thread.currentThread().getStackTrace())
                .anyMatch(each -> (each.getClassName() + '.' + each.getMethodName()).endsWith(method));
    }

    /** Whether the thread that ends the process has noted that, and waits: for the store, or for the command. */
    private static boolean isEnding() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey().getName().equals("interruption"))
                .anyMatch(each -> Arrays.stream(each.getValue()).anyMatch(frame -> frame.getClassName().endsWith(".LockSupport")));
    }

    private static Object call(Object of, java.lang.reflect.Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(of, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
