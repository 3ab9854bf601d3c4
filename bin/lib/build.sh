# Sourced by bin/lss and bin/lss-bench, after jdk.sh: builds what they run, where that is needed.
# Set before: root, module (a folder of the reactor), stamp (a file that bears the time at which the last build began),
# parts (the folders whose sources count).

# Whether nothing that counts is newer than the last build.
sources_are_built() {
  [ -f "$stamp" ] || return 1
  local part paths=("$root/pom.xml")
  for part in "${parts[@]}"; do
    paths+=("$root/$part/pom.xml" "$root/$part/src/main")
  done
  [ -z "$(find "${paths[@]}" -newer "$stamp" -print -quit)" ]
}

build() {
  local log=$root/$module/target/build.log
  mkdir -p "$root/$module/target"
  rm -f "$stamp"
  echo "lss: building (the first time Maven may have to download: a minute or two) ..." >&2
  if ! (cd "$root" && "$MVN" -B -q -Dmaven.test.skip=true package -pl "$module" -am) >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "lss: the build failed, see above" >&2
    return 1
  fi
  echo "lss: built in $SECONDS s" >&2
}

# Builds unless "$1" (a command) says that everything is there. Of two first runs at the same time, one builds.
build_unless() {
  "$1" && return
  mkdir -p "$root/$module/target"
  if command -v flock >/dev/null; then
    exec 9>"$root/$module/target/build.lock"
    flock 9
  fi
  "$1" || build
  exec 9>&-
}
