"""The distance of an encoder's output from the answer in float64, and the largest that is allowed.

The bounds apply to the largest absolute error of one sequence's last layer, whose elements layer norm has scaled.
Measured with MiniLM and with the random bert-large shape: float32 throughout 3e-6 to 7e-6; dense layers whose operands
keep 16 bits (a float32 as two bfloat16 numbers) 9e-5 and 1.5e-4, 11 bits (TF32, float16) 3e-3 and 6e-3, 8 bits
(bfloat16) 2e-2 and 4e-2. So the first bound accepts float32 and nothing less accurate. The second accepts attention in
bfloat16 too, but not another function.
"""

import dataclasses

import numpy as np

LARGEST_ERRORS = {"float32": 3e-5, "bfloat16": 0.2}


@dataclasses.dataclass
class Error:
    largest: float
    rms: float


def error_of(output, reference):
    """Of flat arrays of as many elements each; not finite where the output is not."""
    if output.shape != reference.shape:
        raise ValueError(f"{output.size} elements where {reference.size} were expected")
    differences = output.astype(np.float64) - reference
    return Error(float(np.max(np.abs(differences))), float(np.sqrt(np.mean(differences**2))))


def violations(contenders):
    """A sentence for each contender, as compare_encoders keeps them, that passes the bound of its precision."""
    found = []
    for contender in contenders:
        bound = LARGEST_ERRORS[contender["precision"]]
        errors = [process["error"]["largest"] for process in contender["processes"] if process["error"] is not None]
        worst = max(errors, default=0.0, key=lambda error: (np.isnan(error), error))
        if not worst <= bound:  # a NaN is a violation
            arrangement = f"batch {contender['batch']}, streams {contender['streams']}"
            found.append(f"{contender['name']} ({arrangement}) differs from the answer in float64 by up to "
                         f"{worst:.1e}; {contender['precision']} may by {bound:.0e}")
    return found
