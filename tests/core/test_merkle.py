"""The trees of RFC 6962: its published vectors, and every path against its root."""
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.core import merkle

# the vectors of the reference implementation of RFC 6962 (certificate-transparency, merkletree tests)
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = ("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
PATHS = {  # (index, size): the path of the same vectors
    (0, 8): ("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)}


@pytest.mark.parametrize("size, expected", list(enumerate(ROOTS, 1)))
def test_the_roots_of_the_reference(size, expected):
    assert merkle.Tree([merkle.leaf(content) for content in INPUTS[:size]]).root.hex() == expected


@pytest.mark.parametrize("place", list(PATHS))
def test_the_paths_of_the_reference(place):
    index, size = place
    steps = merkle.Tree([merkle.leaf(content) for content in INPUTS[:size]]).path(index)
    assert tuple(step.hex() for step in steps) == PATHS[place]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert merkle.Tree([]).root == sha256(b"").digest()


@given(some.integers(1, 70), some.data())
def test_every_path_leads_to_the_root_and_no_other_does(size, data):
    leaves = [merkle.leaf(bytes([n])) for n in range(size)]
    tree, index = merkle.Tree(leaves), data.draw(some.integers(0, size - 1))
    top, steps = tree.root, tree.path(index)
    assert merkle.climbed(leaves[index], index, size, steps) == top
    other = data.draw(some.integers(0, size))
    wrong = [merkle.climbed(leaves[index], other, size, steps) if other != index else None,
             merkle.climbed(leaves[index], index, size, [*steps, top]), merkle.climbed(top, index, size, steps) if steps
             else None, merkle.climbed(leaves[index], index, size, steps[:-1]) if steps else None]
    assert top not in wrong


def test_a_node_is_never_a_leaf():
    one, two = merkle.leaf(b"1"), merkle.leaf(b"2")
    assert merkle.node(one, two) != merkle.leaf(one + two)
