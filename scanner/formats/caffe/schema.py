"""Fields of caffe.proto that matter here: where a layer says its type, its Python module and the files it names."""

# Messages by name; a field leads to another message, or to a leaf that is named after its parameter and field.
# https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto; 200 and above: the SSD fork.
MESSAGES: dict[str, dict[int, tuple[str, str]]] = {
    "net": {3: ("input", "="), 100: ("layer", "layer"), 2: ("layers", "layers")},
    "layer": {
        1: ("name", "="), 2: ("type", "="), 7: ("blobs", "blob"), 100: ("transform_param", "transform"),
        107: ("data_param", "data"), 112: ("hdf5_data_param", "source"), 113: ("hdf5_output_param", "output"),
        115: ("image_data_param", "images"), 116: ("infogain_loss_param", "source"),
        129: ("window_data_param", "windows"), 130: ("python_param", "python"),
        200: ("annotated_data_param", "annotated"), 204: ("detection_output_param", "detection"),
        205: ("detection_evaluate_param", "evaluate"),
    },
    "layers": {
        4: ("name", "="), 6: ("blobs", "blob"), 1: ("layer", "oldest"), 36: ("transform_param", "transform"),
        11: ("data_param", "data"), 13: ("hdf5_data_param", "source"), 14: ("hdf5_output_param", "output"),
        15: ("image_data_param", "images"), 16: ("infogain_loss_param", "source"), 20: ("window_data_param", "windows"),
    },
    "oldest": {1: ("name", "="), 2: ("type", "="), 16: ("source", "="), 18: ("meanfile", "="), 50: ("blobs", "blob")},
    "transform": {4: ("mean_file", "=")},
    "data": {1: ("source", "="), 3: ("mean_file", "=")},
    "source": {1: ("source", "=")},
    "output": {1: ("file_name", "=")},
    "images": {1: ("source", "="), 3: ("mean_file", "="), 12: ("root_folder", "=")},
    "windows": {1: ("source", "="), 3: ("mean_file", "="), 13: ("root_folder", "=")},
    "python": {1: ("module", "="), 2: ("layer", "="), 3: ("param_str", "=")},
    "annotated": {2: ("label_map_file", "=")},
    "detection": {5: ("save_output_param", "save")},
    "save": {1: ("output_directory", "="), 4: ("label_map_file", "="), 5: ("name_size_file", "=")},
    "evaluate": {5: ("name_size_file", "=")},
}  # fmt: skip

LAYERS = ("layer", "layers", "oldest")
VERSIONS = {"layer": 2, "layers": 1, "oldest": 0}

READ = frozenset((
    "source", "mean_file", "meanfile", "root_folder", "label_map_file", "name_size_file", "net", "train_net",
    "test_net", "weights",
))  # fmt: skip
WRITTEN = frozenset(("file_name", "output_directory", "snapshot_prefix"))
"""Fields that name a file, whatever message they stand in."""

TYPES = (
    "NONE", "ACCURACY", "BNLL", "CONCAT", "CONVOLUTION", "DATA", "DROPOUT", "EUCLIDEAN_LOSS", "FLATTEN", "HDF5_DATA",
    "HDF5_OUTPUT", "IM2COL", "IMAGE_DATA", "INFOGAIN_LOSS", "INNER_PRODUCT", "LRN", "MULTINOMIAL_LOGISTIC_LOSS",
    "POOLING", "RELU", "SIGMOID", "SOFTMAX", "SOFTMAX_LOSS", "SPLIT", "TANH", "WINDOW_DATA", "ELTWISE", "POWER",
    "SIGMOID_CROSS_ENTROPY_LOSS", "HINGE_LOSS", "MEMORY_DATA", "ARGMAX", "THRESHOLD", "DUMMY_DATA", "SLICE", "MVN",
    "ABSVAL", "SILENCE", "CONTRASTIVE_LOSS", "EXP", "DECONVOLUTION",
)  # fmt: skip
"""V1LayerParameter.LayerType, by number."""

V1_TYPE = 5
EXPLICIT, DATA, DOUBLE_DATA, SHAPE = (1, 2, 3, 4), 5, 8, 7
"""Fields of BlobProto: num, channels, height and width; data; double_data; shape."""
