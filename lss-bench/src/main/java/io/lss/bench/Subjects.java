package io.lss.bench;

import io.lss.bench.limit.LoopSubjects;
import io.lss.bench.peer.PeerSubjects;
import io.lss.bench.store.StoreSubjects;
import io.lss.bench.work.Subject;
import java.util.ArrayList;
import java.util.List;

/** All kinds of logs that take part. */
public final class Subjects {

    private Subjects() {}

    /** {@return all} */
    public static List<Subject> all() {
        List<Subject> all = new ArrayList<>(StoreSubjects.all());
        all.add(StoreSubjects.sparse());
        all.addAll(LoopSubjects.all());
        all.addAll(PeerSubjects.all());
        return all;
    }

    /** {@return the one with an id} */
    public static Subject of(String id) {
        return all().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no log is called " + id + "; there are " + all().stream().map(Subject::id).toList()));
    }
}
