# title: An object is changed by its own method, in a child
# misconception: M04
# verdicts: plain variable 21

import os


class Account:
    def __init__(self):
        self.balance = 0

    def pay_in(self, amount):
        self.balance += amount


account = Account()
if os.fork() == 0:
    account.pay_in(100)
    os._exit(0)
os.wait()
print(account.balance)
