package io.lss.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tests of the ring, tested: each mutant is the ring itself with one step changed, in the class file, and must be caught.
 */
class BufferWordsRingMutantTest {

    private static final int RESERVATIONS = 20_000;
    private static final long PATIENCE_SECONDS = 5;

    /** A race may be lost; a mutant that survives so many storms has survived. */
    private static final int STORMS = 20;

    private static final ClassDesc HERE = ClassDesc.of(BufferWordsRingMutantTest.class.getName());
    private static final MethodTypeDesc VOID = MethodTypeDesc.of(ConstantDescs.CD_void);

    /** What is changed, where, and how. */
    enum Mutant {
        /** The debt has no number: who looked at one settles a later one that looks the same. */
        DEBT_WITHOUT_NUMBER("FlushRing", "sealed", (code, element) -> {
            if (element instanceof ConstantInstruction c && c.constantValue().equals(4L)) {
                code.loadConstant(0L);
                return true;
            }
            return false;
        }),

        /** The right to open is taken without looking whether it is still there. */
        RIGHT_TO_OPEN_UNCHECKED("FlushRing", "tryOpen", replaceCall("compareAndSet", "setUnchecked")),

        /** Those who wait for space are woken before there is any. */
        WAKE_BEFORE_OPEN("FlushRing", "tryOpen", (code, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString("compareAndSet")) {
                code.with(element).aload(0).invokevirtual(ClassDesc.of(FlushRing.class.getName()), "wakeWaiting", VOID);
                return true;
            }
            return false;
        }) {
            @Override
            byte[] mutate(byte[] classFile) {
                byte[] woken = super.mutate(classFile);
                return mutate(woken, "opened", replaceCall("wakeWaiting", "doNothing"));
            }
        },

        /** Bytes are counted as published by a look and a write. */
        PUBLISH_IN_TWO_STEPS("BufferWords", "publish", replaceCall("getAndAdd", "getThenAdd"));

        private final String className;
        private final String method;

        @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
        private final BiPredicate<CodeBuilder, CodeElement> change;


        Mutant(String className, String method, BiPredicate<CodeBuilder, CodeElement> change) {
            this.className = FlushRing.class.getPackageName() + "." + className;
            this.method = method;
            this.change = change;
        }

        byte[] mutate(byte[] classFile) {
            return mutate(classFile, method, change);
        }

        static byte[] mutate(byte[] classFile, String method, BiPredicate<CodeBuilder, CodeElement> change) {
            int[] changes = new int[1];
            CodeTransform transform = (code, element) -> {
                if (change.test(code, element)) {
                    changes[0]++;
                } else {
                    code.with(element);
                }
            };
            ClassFile format = ClassFile.of();
            byte[] mutated = format.transformClass(
                    format.parse(classFile),
                    ClassTransform.transformingMethodBodies(m -> m.methodName().equalsString(method), transform));
            assertTrue(changes[0] > 0, "what this mutant changes in " + method + " is no longer there");
            return mutated;
        }
    }

    /** {@return a change that calls a method of this class in place of another, with the same operands} */
    private static BiPredicate<CodeBuilder, CodeElement> replaceCall(String name, String replacement) {
        return (code, element) -> {
            if (!(element instanceof InvokeInstruction call && call.name().equalsString(name))) {
                return false;
            }
            code.invokestatic(HERE, replacement, call.typeSymbol().insertParameterTypes(0, call.owner().asSymbol()));
            return true;
        };
    }

    // What mutants call.

    static boolean setUnchecked(VarHandle word, FlushRing ring, long expected, long value) {
        word.setVolatile(ring, value);
        return true;
    }

    static long getThenAdd(VarHandle word, BufferWords words, long bytes) {
        long found = (long) word.getVolatile(words);
        word.setVolatile(words, found + bytes);
        return found;
    }

    static void doNothing(FlushRing ring) {}

    @ParameterizedTest
    @EnumSource
    void aMutantOfTheRingIsCaught(Mutant mutant) throws Exception {
        String caught = run(mutant, BufferWordsRingTest.LateOpener.class);
        for (int i = 0; i < STORMS && caught.isEmpty(); i++) {
            caught = run(mutant, BufferWordsRingTest.Storm.class, RESERVATIONS, PATIENCE_SECONDS);
        }
        assertTrue(!caught.isEmpty(), "survived");
        System.out.println("broken on purpose: " + mutant + ": " + caught.lines().limit(2).toList());
    }

    private static String run(Mutant mutant, Class<?> check, Object... arguments) throws Exception {
        Constructor<?> constructor =
                new Mutation(mutant).loadClass(check.getName()).getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return (String) ((Callable<?>) constructor.newInstance(arguments)).call();
    }

    /** Has the engine, and what tests it, to itself. */
    private static final class Mutation extends ClassLoader {

        private final Mutant mutant;

        Mutation(Mutant mutant) {
            super(FlushRing.class.getClassLoader());
            this.mutant = mutant;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(FlushRing.class.getPackageName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                byte[] classFile = read(name);
                byte[] used = name.equals(mutant.className) ? mutant.mutate(classFile) : classFile;
                return defineClass(name, used, 0, used.length);
            }
        }

        private static byte[] read(String name) throws ClassNotFoundException {
            String resource = "/" + name.replace('.', '/') + ".class";
            try (InputStream in = BufferWordsRingMutantTest.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
