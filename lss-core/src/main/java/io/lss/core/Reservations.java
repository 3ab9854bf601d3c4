package io.lss.core;

import io.lss.api.Reservation;
import io.lss.core.format.FrameDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hands out reservations, alone or several in one buffer, and ends them. */
final class Reservations {

    private final FlushRing ring;
    private final Appenders appenders;
    private final Appends appends;

    Reservations(FlushRing ring, Appenders appenders, Appends appends) {
        this.ring = ring;
        this.appenders = appenders;
        this.appends = appends;
    }

    Reservation reserve(int length, @Nullable Reservation reuse) throws IOException {
        int frame = appends.frameLength(length);
        PendingReservation reservation = reusable(reuse);
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = appends.reserveWaiting(frame, appender);
            int offset = appender.offset;
            try {
                reservation.arm(b, offset, length);
            } catch (Throwable t) {
                abandonUnlessOpen(reservation, b, appender, offset, length);
                throw t;
            }
            return reservation;
        } finally {
            appenders.release(appender);
        }
    }

    private PendingReservation reusable(@Nullable Reservation reuse) {
        if (reuse == null) {
            return new PendingReservation(this);
        }
        if (!(reuse instanceof PendingReservation own) || !own.belongsTo(this)) {
            throw new IllegalArgumentException("the reservation to be used again is not one of this store");
        }
        if (own.isOpen()) {
            throw new IllegalStateException("the reservation to be used again is still open: " + own);
        }
        return own;
    }

    List<Reservation> reserveAll(int... lengths) throws IOException {
        return reserveAll(true, lengths).orElseThrow();
    }

    Optional<List<Reservation>> tryReserveAll(int... lengths) throws IOException {
        return reserveAll(false, lengths);
    }

    Optional<Reservation> tryReserve(int length) throws IOException {
        return reserveAll(false, length).map(List::getFirst);
    }

    private Optional<List<Reservation>> reserveAll(boolean mayWait, int... asked) throws IOException {
        // Read once: what the caller's array says later cannot harm the buffer.
        int[] lengths = asked.clone();
        int[] frames = new int[lengths.length];
        long total = 0;
        for (int i = 0; i < lengths.length; i++) {
            frames[i] = appends.frameLength(lengths[i]);
            total += frames[i];
        }
        appends.checkTogether(lengths.length, total);
        // Made before anything is reserved: want of memory must not leave a hole that nobody can close.
        List<PendingReservation> reservations = new ArrayList<>(lengths.length);
        for (int i = 0; i < lengths.length; i++) {
            reservations.add(new PendingReservation(this));
        }
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = ring.reserve((int) total, appender, mayWait);
            if (b == null) {
                return Optional.empty();
            }
            int at = appender.offset;
            for (int i = 0; i < lengths.length; i++) {
                try {
                    reservations.get(i).arm(b, at, lengths[i]);
                } catch (Throwable t) {
                    for (int k = 0; k < i; k++) {
                        reservations.get(k).close();
                    }
                    for (int k = i; k < lengths.length; k++) {
                        abandonUnlessOpen(reservations.get(k), b, appender, at, lengths[k]);
                        at += frames[k];
                    }
                    throw t;
                }
                at += frames[i];
            }
            return Optional.of(Collections.unmodifiableList(reservations));
        } finally {
            appenders.release(appender);
        }
    }

    /** A reservation was won and could not be handed out (no memory left): it ends at once. */
    private void abandonUnlessOpen(PendingReservation reservation, FlushBuffer b, Appender appender, int offset, int length) {
        if (reservation.isOpen()) {
            reservation.close();
        } else {
            appends.abandon(b, appender, offset, length, FrameDescriptor.frameLength(length));
        }
    }

    /** {@return an appender with which a reservation in a buffer can be ended without taking memory} To be given back by {@link #release}. */
    Appender acquire(FlushBuffer b) {
        Appender appender = appenders.acquire();
        var _ = appender.view(b);
        return appender;
    }

    void release(Appender appender) {
        appenders.release(appender);
    }

    /** Writes the frame of a reservation that its holder has ended, and publishes it. */
    void end(Appender appender, FlushBuffer b, int offset, int length, int kind) {
        try {
            Appends.writeFrame(b, appender, offset, length, kind);
            ring.publish(b, FrameDescriptor.frameLength(length));
        } catch (RuntimeException | Error e) {
            ring.failed(e);
            throw e;
        }
        if (kind == FrameDescriptor.KIND_RECORD) {
            appender.counts.add(1, length);
        }
    }
}
