package io.lss.faults;

import java.util.List;

/** For tests in other packages. */
public final class LayerNames {

    /** All names. */
    public static final List<String> ALL = Layers.ALL.stream().map(Layer::name).toList();

    private LayerNames() {}
}
