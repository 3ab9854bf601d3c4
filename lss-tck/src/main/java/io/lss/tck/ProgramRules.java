package io.lss.tck;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.tck.program.Ground;
import io.lss.tck.program.StoreProgram;
import io.lss.tck.program.StoreProgramRun;
import io.lss.tck.program.StorePrograms;
import java.io.IOException;
import java.time.Duration;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Every rule of the store at once, for random programs against a plain model; a violation names the rule. What the machine's stop leaves
 * (S11) is asked where the site can be stopped; elsewhere those steps close and open the store.
 */
abstract class ProgramRules extends CloseRules {

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, afterFailure = AfterFailureMode.PREVIOUS_SEED)
    @AddLifecycleHook(RuleHooks.class)
    void s11_randomProgramsKeepEveryRule(@ForAll("programs") StoreProgram program) throws IOException {
        Stage stage = stage();
        StoreProgramRun.run(program, ground(stage));
        if (stage.site() instanceof SimulatedSite simulated && !simulated.violations().isEmpty()) {
            throw new AssertionError(simulated.violations().getFirst() + "\n  in " + program);
        }
    }

    @Provide
    Arbitrary<StoreProgram> programs() {
        return StorePrograms.forBuffersOf(buffer());
    }

    private Ground ground(Stage stage) {
        return new Ground() {
            @Override
            public StoreOptions options() {
                return stage.options();
            }

            @Override
            public LogStructuredStore open(StoreOptions options) throws IOException {
                return stage.open(options);
            }

            @Override
            public boolean canCrash() {
                return stage.site().capabilities().contains(Capability.CRASH)
                        && stage.site().capabilities().contains(Capability.DURABLE);
            }

            @Override
            public void crash() throws IOException {
                stage.stopMachine();
            }

            @Override
            public Duration patience() {
                return ProgramRules.this.patience();
            }
        };
    }
}
