#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Serves the Modbus fixtures of a folder by Debian's pymodbus on one TCP port: each file is a slave of its own
unit, and a register that it does not name is answered with exception 2, as real devices do.

  modbus_server.py FOLDER      prints "ready PORT", then serves until it is ended"""
import asyncio
import glob
import json
import os
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusTcpServer


def block(values):
    """Nothing named: one register that nobody asks for, because an empty block cannot be made."""
    return ModbusSparseDataBlock({int(number, 0): value for number, value in values.items()} or {65535: 0})


def slave(path):
    with open(path, encoding="utf-8") as file:
        fixture = json.load(file)
    kinds = {"di": "discrete", "co": "coils", "ir": "input", "hr": "holding"}
    blocks = {short: block(fixture.get(name, {})) for short, name in kinds.items()}
    return fixture["unit"], ModbusSlaveContext(zero_mode=True, **blocks)


async def main():
    slaves = dict(slave(path) for path in glob.glob(os.path.join(sys.argv[1], "*.json")))
    server = ModbusTcpServer(ModbusServerContext(slaves=slaves, single=False), address=("127.0.0.1", 0))
    task = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print("ready", server.server.sockets[0].getsockname()[1], flush=True)
    await task


asyncio.run(main())
