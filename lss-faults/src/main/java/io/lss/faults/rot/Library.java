package io.lss.faults.rot;

import io.lss.api.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The stores that are damaged. */
final class Library {

    /** A record that takes several blocks. */
    private static final int LONG = 9_000;

    private final Place place;
    private final long seed;

    Library(Path directory, long seed) throws IOException {
        this.place = new Place(directory);
        this.seed = seed;
    }

    private Author author(Durability durability) throws IOException {
        return new Author(place, durability, seed);
    }

    /** {@return the store of which every byte is damaged that means anything} */
    StoreImage smallest() throws IOException {
        try (Author author = author(Durability.SYNC)) {
            author.open().root(20).append(1, 8, 30).sync().append(100).abort(40).sync().batch(5, 9, 17).append(5_000).sync();
            author.closed().open().append(64, 3).sync().append(250).root(77);
            return author.closed().image("small, closed");
        }
    }

    /** {@return other stores} */
    List<StoreImage> others() throws IOException {
        List<StoreImage> all = new ArrayList<>();
        try (Author author = author(Durability.SYNC)) {
            for (int session = 0; session < 3; session++) {
                author.open().root(10 + session);
                write(author, 14);
                author.root(300).closed();
            }
            all.add(author.image("three sessions, closed"));
        }
        try (Author author = author(Durability.SYNC)) {
            author.open();
            write(author, 6);
            author.root(60).closed().open();
            write(author, 16);
            all.add(author.append(40, 50).image("killed"));
        }
        try (Author author = author(Durability.SYNC)) {
            author.open().append(10, 20).sync();
            all.add(author.append(30).image("killed in its first unit"));
        }
        try (Author author = author(Durability.SYNC)) {
            author.open();
            write(author, 12);
            author.root(33).closed().open();
            write(author, 12);
            all.add(author.trimAllBut(60).image("just trimmed, killed"));
            write(author, 5);
            author.trimAllBut(9).root(5);
            all.add(author.closed().image("trimmed, closed"));
        }
        try (Author author = author(Durability.SYNC)) {
            author.open().root(100).closed().open().root(3_072);
            all.add(author.image("only roots, killed"));
            all.add(author.closed().image("only roots, closed"));
        }
        try (Author author = author(Durability.SYNC)) {
            author.open();
            for (int i = 0; i < 9; i++) {
                author.abort(1, 700).batch(4, 4, 800).abort(16).batch(2_000, 1).abort(9_000).sync();
            }
            all.add(author.image("aborts and batches, killed"));
        }
        try (Author author = author(Durability.WRITTEN)) {
            author.open();
            write(author, 10);
            author.closed().open();
            write(author, 14);
            all.add(author.image("written, killed"));
        }
        return all;
    }

    /** Writes units of one record, of many, of aborts and batches, and long ones: over a few segments. */
    private static void write(Author author, int units) throws IOException {
        for (int unit = 0; unit < units; unit++) {
            author.append(1 + unit, 200 + 31 * unit, 24);
            if (unit % 3 == 1) {
                author.abort(50).batch(7, 8, 9, 1_000 + unit);
            }
            if (unit % 4 == 2) {
                author.append(LONG + unit);
            }
            author.sync();
        }
    }
}
