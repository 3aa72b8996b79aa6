#!/usr/bin/env node
// The one entry of every command. It runs on whatever Node the machine has, before anything is installed, so it uses
// nothing but old syntax here: the version must be judged before a newer file is even parsed.
var major = Number(process.versions.node.split('.')[0])

if (major < 20) {
  process.stderr.write(
    'facelane: setup.node: Node ' +
      process.versions.node +
      ' is too old to set Facelane up.\nWhat to do: Install Node 20 or newer (https://nodejs.org) and run the command again.\n',
  )
  process.exitCode = 1
} else {
  import('./launcher/main.mjs').then(function (launcher) {
    return launcher.main(process.argv.slice(2))
  })
}
