package io.lss.cli.doctor;

import io.lss.cli.ExitCode;
import io.lss.cli.frame.Providers;
import io.lss.cli.frame.Reporting;
import io.lss.spi.flush.DeviceProvider;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lss doctor}. */
@Command(
        name = "doctor",
        description = "Says which storage providers work here, or why not and what to type; and how a store is.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nWhat providers use is found by opening one in a directory that is made beside the place and removed again. A store"
                + " there is locked for a moment, and not recovered. Exit code 0: a provider works, and the store there can be opened, as far as"
                + " can be told without reading every record, or is in use, or the directory is empty. 4: the place is missing, or holds other"
                + " things; 6: the store is damaged.%n%nExamples:%n",
        footer = {"  lss doctor                  the current directory", "  lss doctor data --json"})
public final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private Reporting reporting = new Reporting();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "LOCATION",
            description = "Where a store is, or would be. Default: the current directory.")
    private Path location = Path.of("");

    @Option(names = "--provider", paramLabel = "NAME", description = "Look at the store through this provider, and at no other.")
    private @Nullable String provider;

    /** Made by the command line parser. */
    public DoctorCommand() {}

    @Override
    public Integer call() {
        Optional<String> asked = Optional.ofNullable(provider);
        if (asked.isPresent() && Providers.installed().stream().noneMatch(each -> each.name().equals(asked.get()))) {
            throw reporting.wrong("--provider " + asked.get() + ": none has that name; there are "
                    + String.join(", ", Providers.installed().stream().map(DeviceProvider::name).toList()));
        }
        Chart chart = new Chart(reporting.isJson(), reporting.screen());
        Place place = new Place(location);
        new Machine(new Proc(Path.of("/")), System.getenv()).tell(chart);
        place.tell(chart);
        boolean works = false;
        for (DeviceProvider each : Providers.installed()) {
            if (asked.isEmpty() || asked.get().equals(each.name())) {
                works |= new ProviderCheck(place).tell(each, chart);
            }
        }
        ExitCode store = place.holdsStore() ? new StoreHealth(place, asked).tell(chart) : place.verdict();
        return (works ? store : ExitCode.NO_PROVIDER).code();
    }
}
