from notation.statement import call_with, fields_of


def inputs_of(statement, **values):
    return call_with(statement.inputs, values)


def outputs_of(statement, inputs):
    return fields_of(call_with(statement.compute, inputs))
