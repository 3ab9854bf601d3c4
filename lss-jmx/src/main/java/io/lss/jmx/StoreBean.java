package io.lss.jmx;

import io.lss.api.LogStructuredStore;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * A store's registration with an MBean server, until it is closed.
 *
 * <pre>{@code
 * try (var store = LogStructuredStore.open(path);
 *         var bean = StoreBean.register(store, "journal")) {
 *     ...
 * }
 * }</pre>
 *
 * <p>The store does not know of its bean: closing one does not close the other. The server holds the store until the registration is closed.
 */
public final class StoreBean implements AutoCloseable {

    private final MBeanServer server;
    private final ObjectName name;
    private final AtomicBoolean registered;

    private StoreBean(MBeanServer server, ObjectName name, AtomicBoolean registered) {
        this.server = server;
        this.name = name;
        this.registered = registered;
    }

    /**
     * Registers a store with the platform's server, as {@code io.lss:type=Store,name="NAME"}.
     *
     * @param store which
     * @param name what to call it; any text, quoted where that is needed
     * @return the registration, to be closed
     * @throws IllegalStateException if there is a bean of that name already
     */
    public static StoreBean register(LogStructuredStore store, String name) {
        Objects.requireNonNull(name, "name");
        try {
            return register(store, ManagementFactory.getPlatformMBeanServer(), new ObjectName("io.lss:type=Store,name=" + ObjectName.quote(name)));
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException("'" + name + "' cannot be part of a bean's name", e);
        }
    }

    /**
     * Registers a store with any server, under any name.
     *
     * @param store which
     * @param server where
     * @param name under which name
     * @return the registration, to be closed
     * @throws IllegalStateException if there is a bean of that name already
     */
    public static StoreBean register(LogStructuredStore store, MBeanServer server, ObjectName name) {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(name, "name");
        AtomicBoolean registered = new AtomicBoolean(true);
        try {
            return new StoreBean(server, server.registerMBean(new StoreView(store, registered), name).getObjectName(), registered);
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalStateException("there is a bean named " + name + " already: close its registration, or take another name", e);
        } catch (JMException e) {
            throw new IllegalStateException("the MBean server refuses " + name + ": " + e.getMessage(), e);
        }
    }

    /** {@return the name under which the store is registered} */
    public ObjectName name() {
        return name;
    }

    /**
     * Ends the registration; the server then holds the store no more. A second call, and one after somebody else has ended it, does nothing,
     * also if another bean has the name meanwhile.
     */
    @Override
    public void close() {
        if (!registered.getAndSet(false)) {
            return;
        }
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException _) {
            // Somebody else was faster: what is wanted is so already.
        } catch (JMException e) {
            throw new IllegalStateException("the MBean server does not give " + name + " up: " + e.getMessage(), e);
        }
    }
}
