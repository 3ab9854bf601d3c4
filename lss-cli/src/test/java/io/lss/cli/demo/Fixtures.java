package io.lss.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;

/** Small files and a plan over them. */
final class Fixtures {
    static final int LOADERS = 3;
    static final long SEED = 42;
    static final long BYTES = 300_000;

    private Fixtures() {}

    /** Three files with bytes that do not repeat, of lengths that fit nothing. */
    static Corpus corpus(Path directory) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        int name = 0;
        for (int length : new int[] {70_001, 17, 123_457}) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            Files.write(directory.resolve("file-" + name++), content);
        }
        return Corpus.of(directory, Long.MAX_VALUE);
    }

    static LoadPlan plan(Corpus corpus) {
        return new LoadPlan(corpus, 0x5EED, SEED, LOADERS, BYTES, URI.create("file:///nowhere"), Optional.empty());
    }
}
