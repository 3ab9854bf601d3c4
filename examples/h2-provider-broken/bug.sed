# The flag "durable" of a write ignored, because COMMIT is taken for durable: it only gives the changes to the operating system.
# A machine that stops loses them, though the write was acknowledged.
s/return device.commit(durable);/return device.commit(false); \/\/ COMMIT makes it durable anyway/
