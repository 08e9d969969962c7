// Stands first in every script: says what is needed before newer syntax or modules are read. Kept to what Node 12 reads.
var major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  process.stderr.write(
    'Node 20 or later is needed to set up mp4totext; this is ' +
      process.version +
      '. Install a newer one from nodejs.org or your system.\n',
  )
  process.exit(1)
}
