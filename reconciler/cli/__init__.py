"""The command line: one thin file per command. The only place where parts are wired together.

main       the group, and what an error becomes
options    options that several commands share
wiring     specs to providers: secrets, sandbox, limiters
session    read specs, open providers, run, close
console    stdout and stderr, colour and progress
"""
