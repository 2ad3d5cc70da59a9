"""Python reads this when it starts, where PYTHONPATH names this folder.

moto says of a function's code that it is in a bucket that moto does not have. Here it says where the code is.
"""

from base64 import b64encode

from moto.awslambda.models import LambdaFunction

get_code = LambdaFunction.get_code


def get_code_and_show_it(self):
    answer = get_code(self)
    code = b64encode(self.code_bytes).decode()
    answer.setdefault("Code", {})["Location"] = f"data:application/zip;base64,{code}"
    return answer


LambdaFunction.get_code = get_code_and_show_it
