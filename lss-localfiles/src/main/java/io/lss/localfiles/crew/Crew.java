package io.lss.localfiles.crew;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Some threads of a device that do tasks in the order in which they come.
 *
 * <p>A task goes straight into the hands of an idle thread, the one that became idle last (its caches are warm), which costs
 * one unpark; only if all are busy it is queued, and then the next that finishes takes it without any. Threads are started
 * when they are first needed and stay. Offering never waits for a thread.
 */
public final class Crew {

    /** Handed to a thread so that it ends. */
    private static final Task LEAVE = new Task() {
        @Override
        public void run(DeviceThread thread) {
            thread.leave();
        }

        @Override
        public void broken(OutOfMemoryError error) {
            // It has left, or goes on waiting: nobody but Crew.close hears of it.
        }

        @Override
        public void refuse(String why) {
            // Never offered, only handed over.
        }
    };

    private final String name;

    /** Guards everything below. Held for a few instructions, never while a thread is unparked or a task runs. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition quiet = lock.newCondition();

    private final List<DeviceThread> threads = new ArrayList<>();
    private final Deque<DeviceThread> idle;

    /** Queued tasks, linked through {@link Task#next}; the head is null if there is none. */
    private @Nullable Task head;

    private @Nullable Task tail;

    /** How many threads there may be. */
    private final int most;

    /** Tasks that were accepted and have not ended. */
    private int unfinished;

    private boolean closed;

    /**
     * A crew without threads yet.
     *
     * @param name what its threads' names begin with
     * @param most how many threads there may be
     */
    public Crew(String name, int most) {
        this.name = name;
        this.most = most;
        this.idle = new ArrayDeque<>(most);
    }

    /**
     * Starts one thread, so that there is one later when the system may have none left.
     *
     * @throws IOException if there is none now
     */
    public void startOne() throws IOException {
        DeviceThread thread = new DeviceThread(this, name + "-0", null);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread can be started: " + e.getMessage(), e);
        }
        lock.lock();
        try {
            threads.add(thread);
            idle.addLast(thread);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has the task run; or refuses it, before this call returns, if the crew is closed or has no thread and gets none. It does not
     * throw for want of memory: a task that is somebody's last hope would be lost.
     *
     * @param task what is to be done
     */
    public void offer(Task task) {
        offer(task, false);
    }

    /**
     * As {@link #offer}, but called by a running task, whose continuation is accepted even while the crew closes.
     *
     * @param task what is to be done
     */
    public void offerMore(Task task) {
        offer(task, true);
    }

    /**
     * Has the task run at once, if a thread is idle or can be started; if not, nothing happens.
     *
     * @param task what is to be done
     * @return whether it is being done, or was refused for want of memory for the thread that was to be started
     */
    public boolean offerIfIdle(Task task) {
        DeviceThread thread;
        boolean isNew = false;
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            thread = idle.pollLast();
            if (thread == null && threads.size() < most) {
                thread = newThread(task);
                isNew = true;
            }
            if (thread == null) {
                return false;
            }
            unfinished++;
        } finally {
            lock.unlock();
        }
        if (isNew) {
            start(thread, task);
        } else {
            thread.hand(task);
        }
        return true;
    }

    private void offer(Task task, boolean evenIfClosing) {
        DeviceThread thread;
        boolean isNew = false;
        lock.lock();
        try {
            if (closed && !evenIfClosing) {
                thread = null;
            } else {
                thread = idle.pollLast();
                if (thread == null && threads.size() < most) {
                    thread = newThread(task);
                    isNew = true;
                }
                if (thread != null || !threads.isEmpty()) {
                    unfinished++;
                    if (thread == null) {
                        enqueue(task);
                        return;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        if (thread == null) {
            task.refuse(isNew ? "no memory for a thread" : "closed");
        } else if (isNew) {
            start(thread, task);
        } else {
            thread.hand(task);
        }
    }

    /** {@return a thread, not started, whose first task it is; null if there is no memory for one} Holder of the lock. */
    private @Nullable DeviceThread newThread(Task task) {
        try {
            DeviceThread thread = new DeviceThread(this, name + "-" + threads.size(), task);
            threads.add(thread);
            return thread;
        } catch (Error e) {
            return null;
        }
    }

    private void enqueue(Task task) {
        Task last = tail;
        if (last == null) {
            head = task;
        } else {
            last.next = task;
        }
        tail = task;
    }

    private @Nullable Task dequeue() {
        Task first = head;
        if (first != null) {
            head = first.next;
            first.next = null;
            if (head == null) {
                tail = null;
            }
        }
        return first;
    }

    /** Starts a thread. If the system has none left, the others do the task; if there are none, nobody does, nor what was queued meanwhile. */
    private void start(DeviceThread thread, Task task) {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            DeviceThread other;
            Task orphans = null;
            lock.lock();
            try {
                threads.remove(thread);
                if (threads.isEmpty()) {
                    other = null;
                    orphans = head;
                    head = null;
                    tail = null;
                } else {
                    other = idle.pollLast();
                    if (other == null) {
                        enqueue(task); // all are busy, and each looks here when it has finished
                        return;
                    }
                }
            } finally {
                lock.unlock();
            }
            if (other != null) {
                other.hand(task);
                return;
            }
            refuse(task);
            while (orphans != null) {
                Task orphan = orphans;
                orphans = orphan.next;
                orphan.next = null;
                refuse(orphan);
            }
        }
    }

    private void refuse(Task task) {
        task.refuse("no thread can be started");
        finishedOne();
    }

    /**
     * A thread has done its task.
     *
     * @return its next one; null if there is none now, and one will be handed to it
     */
    @Nullable Task finished(DeviceThread thread) {
        lock.lock();
        try {
            Task task = dequeue();
            if (task == null) {
                idle.addLast(thread);
            }
            countFinished();
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void finishedOne() {
        lock.lock();
        try {
            countFinished();
        } finally {
            lock.unlock();
        }
    }

    private void countFinished() {
        unfinished--;
        if (unfinished == 0 && closed) {
            quiet.signalAll();
        }
    }

    /**
     * Accepts nothing more, waits until everything accepted has ended, and ends the threads. Not called by one of them.
     */
    public void close() {
        List<DeviceThread> leaving;
        lock.lock();
        try {
            closed = true;
            while (unfinished > 0) {
                quiet.awaitUninterruptibly();
            }
            leaving = List.copyOf(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        for (DeviceThread thread : leaving) {
            thread.hand(LEAVE);
        }
        for (DeviceThread thread : leaving) {
            Waiting.join(thread);
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            return name + "[threads=" + threads.size() + ", idle=" + idle.size() + ", unfinished=" + unfinished
                    + (closed ? ", closed" : "") + "]";
        } finally {
            lock.unlock();
        }
    }
}
