package io.lss.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test that goes on for long on purpose, and watches over each of its parts itself: patience with the whole is many times as long. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface TakesLong {

    /** How many times. */
    int FACTOR = 10;
}
