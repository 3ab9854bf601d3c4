package io.lss.cli.live;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreVersionException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of a store. Everything is read anew each time it is asked for. */
public final class LiveStore {
    private static final Pattern SEGMENT = Pattern.compile("seg-([0-9a-f]{16})\\.lss");

    private final Path directory;

    /**
     * The store in a directory.
     *
     * @param directory which
     */
    public LiveStore(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** {@return the store's directory} */
    public Path directory() {
        return directory;
    }

    /**
     * {@return the newer valid root copy} A copy is never torn for long: while its owner replaces one, the other is whole.
     *
     * @throws StoreLocationException if there is no store, or it must not be read
     * @throws StoreVersionException if a release with another format wrote it
     * @throws StoreCorruptException if there are copies and none is valid
     * @throws IOException if the medium fails
     */
    public Root root() throws IOException {
        Root best = null;
        List<String> reasons = new ArrayList<>();
        int absent = 0;
        for (int copy = 0; copy < 2; copy++) {
            switch (image(copy)) {
                case RootImage.Absent _ -> {
                    absent++;
                    reasons.add("copy " + copy + ": absent");
                }
                case RootImage.Invalid(String reason) -> reasons.add("copy " + copy + ": " + reason);
                case RootImage.UnknownVersion(int version) -> throw at(new StoreVersionException("root copy " + copy
                        + " has format version " + version + ", this release knows version " + RootDescriptor.VERSION
                        + ": use the release that wrote it, or a later one"));
                case RootImage.Valid(Root root) -> best = best == null || root.sequence() > best.sequence() ? root : best;
            }
        }
        if (best != null) {
            return best;
        }
        if (absent == 2 && segmentFiles().isEmpty()) {
            throw at(new StoreLocationException("there is no store at " + directory + ": check the path"));
        }
        throw at(new StoreCorruptException(-1, String.join(", ", reasons)));
    }

    /** {@return a failure that knows the store's place} */
    <T extends StoreException> T at(T failure) {
        failure.at(directory.toUri());
        return failure;
    }

    private RootImage image(int copy) throws IOException {
        Path file = directory.resolve("root-" + copy);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(RootDescriptor.LENGTH + 1);
            return RootDescriptor.decode(bytes);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(directory)) {
                throw at(new StoreLocationException(
                        directory + (Files.exists(directory) ? " is not a directory" : " does not exist")
                                + "; a store is a directory: check the path"));
            }
            return new RootImage.Absent();
        } catch (FileSystemException e) {
            throw refused(file, e);
        }
    }

    /** Where a component of the path is a file, the system's word for it differs from place to place. */
    private IOException refused(Path file, FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return at(new StoreLocationException(
                    "no permission to read " + file + "; run as the owner of the store, or change its permissions", e));
        }
        return Files.isRegularFile(directory)
                ? at(new StoreLocationException(directory + " is not a directory; a store is a directory: check the path", e))
                : e;
    }

    /**
     * {@return the numbers of the segments that are the log's, ascending} The last one may have no header yet.
     *
     * @param root a root that was read before
     * @throws IOException if the medium fails
     */
    public List<Long> segments(Root root) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (long number : segmentFiles()) {
            boolean isVoid = number > root.predecessor() && number < root.firstSegment();
            if (!isVoid) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private List<Long> segmentFiles() throws IOException {
        List<Long> numbers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher matcher = SEGMENT.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches()) {
                    numbers.add(HexFormat.fromHexDigitsToLong(matcher.group(1)));
                }
            }
        } catch (AccessDeniedException e) {
            throw refused(directory, e);
        }
        Collections.sort(numbers);
        return numbers;
    }

    /**
     * {@return the file of a segment}
     *
     * @param number of the segment
     */
    public Path file(long number) {
        return directory.resolve("seg-" + HexFormat.of().toHexDigits(number) + ".lss");
    }

    /**
     * {@return who opened the store last, in the words of its lock file; the store may be closed since}
     *
     * @throws IOException if the medium fails
     */
    public Optional<String> lastOwner() throws IOException {
        @Nullable String line;
        try (InputStream in = Files.newInputStream(directory.resolve("LOCK"))) {
            line = new String(in.readNBytes(4096), StandardCharsets.UTF_8).lines().findFirst().orElse(null);
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.empty();
        }
        return Optional.ofNullable(line).map(String::strip).filter(text -> !text.isEmpty());
    }
}
