package io.lss.bench.work;

import java.util.List;

/**
 * A kind of log that takes part.
 *
 * @param id on command lines
 * @param name in tables
 * @param version of what is measured, for the record
 * @param setting what makes it do the work that is asked of it, for the record
 * @param jvmFlags which its process needs
 * @param logs makes one
 */
public record Subject(String id, String name, String version, String setting, List<String> jvmFlags, Logs logs) {}
