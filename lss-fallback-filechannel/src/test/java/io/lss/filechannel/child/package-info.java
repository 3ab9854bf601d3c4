/** A program for tests in another JVM. */
package io.lss.filechannel.child;
