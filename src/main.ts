#!/usr/bin/env node
const x: string = 'hello'
console.log(x, process.version)
