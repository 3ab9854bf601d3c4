package io.lss.cli.salvage;

import io.lss.api.Damage;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreOptions;
import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.Providers;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Screen;
import io.lss.core.salvage.RecordDigest;
import io.lss.core.salvage.SalvageReport;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Opens the new store with every provider that works there, verifies and scans it, and compares the records with those that were kept. */
final class NewStoreCheck {

    private final URI location;
    private final SalvageReport report;
    private final AccountWriter account;
    private final Screen screen;
    private final Interruption interruption;

    NewStoreCheck(URI location, SalvageReport report, AccountWriter account, Screen screen, Interruption interruption) {
        this.location = location;
        this.report = report;
        this.account = account;
        this.screen = screen;
        this.interruption = interruption;
    }

    /** {@return what is not as it must be; empty if all is well} */
    List<String> run() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (DeviceProvider provider : Providers.installed()) {
            Probe probe = provider.probe(location);
            if (probe.available()) {
                open(provider.name(), wrong);
            } else {
                account.notChecked(provider.name(), probe.explanation());
            }
        }
        return wrong;
    }

    /** The new store is made; a failure from here on must not read as if it were not. */
    private void open(String provider, List<String> wrong) throws IOException {
        try {
            check(provider, wrong);
        } catch (StoreFullException e) {
            throw new StoreFullException(
                    "the new store is made, and holds what the account says, but could not be checked, since opening it needs space for one"
                            + " more segment: free that much, then 'lss verify' it (" + e.problem() + ")",
                    e);
        } catch (StoreCorruptException e) {
            wrong.add(provider + ": it does not open: " + e.getMessage());
        }
    }

    private void check(String provider, List<String> wrong) throws IOException {
        long most = Long.highestOneBit(Math.min(1 << 20, report.segmentSize() / 2));
        StoreOptions options = StoreOptions.builder()
                .openMode(OpenMode.OPEN_EXISTING)
                .provider(provider)
                .bufferSize((int) most)
                .build();
        List<Damage> damages = new ArrayList<>();
        RecordDigest digest = new RecordDigest();
        try (LogStructuredStore store = LogStructuredStore.open(location, options)) {
            read(store, damages, digest);
        }
        if (!damages.isEmpty()) {
            wrong.add(provider + ": " + damages.size() + " damages, the first at LSN " + damages.getFirst().lsn() + ": "
                    + damages.getFirst().reason());
        } else if (digest.records() != report.records()
                || digest.bytes() != report.payloadBytes()
                || digest.value() != report.digest()) {
            wrong.add(provider + ": a scan gives " + digest.records() + " records of " + digest.bytes() + " bytes, which are not the "
                    + report.records() + " records of " + report.payloadBytes() + " bytes that were kept");
        } else {
            account.checked(provider, digest.records());
        }
    }

    /** Reads it twice: once as a whole, once record by record. */
    private void read(LogStructuredStore store, List<Damage> damages, RecordDigest digest) throws IOException {
        long begin = store.beginLsn();
        long length = store.stableLsn() - begin;
        AtomicLong done = new AtomicLong();
        try (Progress _ = screen.progress("checking", 2 * length, done::get)) {
            store.verify(damages::add, lsn -> {
                interruption.throwIfRequested();
                done.setOpaque(lsn - begin);
            });
            try (RecordCursor records = store.scan(begin)) {
                while (records.next()) {
                    interruption.throwIfRequested();
                    digest.add(records.lsn(), records.payload());
                    done.setOpaque(length + records.lsn() - begin);
                }
            }
        }
    }
}
