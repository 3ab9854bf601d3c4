# Sourced by the scripts in bin: finds a JDK that can build and run LSS.

LSS_JDK=25

# The feature version of the JDK at $1; nothing if there is no JDK.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Prints the first JDK that is new enough: JAVA_HOME, the java on the PATH, then where JDKs are usually put.
find_jdk() {
  local on_path home version
  on_path=$(command -v javac || true)
  [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
      "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] || continue
    version=$(jdk_version "$home")
    if [ -n "$version" ] && [ "$version" -ge "$LSS_JDK" ]; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

# Sets JDK and MVN, or says what is missing and what to type.
require_tools() {
  if ! JDK=$(find_jdk); then
    cat >&2 <<TXT
lss: no JDK $LSS_JDK or newer found (looked at JAVA_HOME, the PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks).
     It may stand beside an older default JDK. Install one, for example
         sudo apt-get install openjdk-$LSS_JDK-jdk-headless     (or temurin-$LSS_JDK-jdk, where that source is set up)
     or point to one:
         JAVA_HOME=/path/to/jdk-$LSS_JDK $0
TXT
    return 1
  fi
  if ! MVN=$(command -v mvn); then
    cat >&2 <<TXT
lss: Maven is not on the PATH. Install it, for example
         sudo apt-get install maven
TXT
    return 1
  fi
  # Maven itself may run on an older JDK; its toolchain then finds this one by this variable.
  export "JAVA${LSS_JDK}_HOME=$JDK"
  if [ -z "${JAVA_HOME:-}" ] && ! command -v java >/dev/null; then
    export JAVA_HOME=$JDK
  fi
}
